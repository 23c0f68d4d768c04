"""OpenAPI pages that work with no internet: Swagger UI from `web/vendor`, served by ourselves."""

from __future__ import annotations

from pathlib import Path

from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.router import Router
from litestar.static_files import create_static_files_router

__all__ = ["assets", "config"]

_VENDOR = Path(__file__).parent / "vendor" / "swagger-ui"
_ASSETS = "/schema-assets"


def config(title: str, version: str) -> OpenAPIConfig:
    """Swagger UI at `/schema`, the document itself at `/schema/openapi.json`."""
    swagger = SwaggerRenderPlugin(
        js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        css_url=f"{_ASSETS}/swagger-ui.css",
        standalone_preset_js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        favicon="<link rel='icon' href='data:,'>",
        path="/swagger",
    )
    return OpenAPIConfig(
        title=title,
        version=version,
        path="/schema",
        render_plugins=[swagger, JsonRenderPlugin()],
        use_handler_docstrings=True,
    )


def assets() -> Router:
    """The route handler that serves the page's script and style; add it to `route_handlers`."""
    return create_static_files_router(
        path=_ASSETS, directories=[_VENDOR], include_in_schema=False, name="schema-assets"
    )
