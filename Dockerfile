FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1

RUN useradd --system --create-home --uid 10001 qldb && install -d -o qldb -g qldb /data

WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY emulator ./emulator
RUN pip install --no-cache-dir '.[sandbox]' -c constraints.txt

USER qldb
VOLUME /data
EXPOSE 8000 8443

HEALTHCHECK --interval=5s --timeout=3s --start-period=5s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/_qldb/health', timeout=2)"]

ENTRYPOINT ["qldb-emulator"]
CMD ["serve", "--host", "0.0.0.0", "--data-dir", "/data"]
