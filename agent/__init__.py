"""The voice agent: takes an order in words and places it through the cloud's services."""
