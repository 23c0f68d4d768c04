"""What both programs' HTTP share: problems, tokens, the server loop, OpenAPI pages."""
