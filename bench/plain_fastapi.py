"""The floor of starting: the smallest FastAPI application there is."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/_qldb/health")
def health() -> dict[str, str]:
    """Tell that requests are served."""
    return {"status": "ok"}
