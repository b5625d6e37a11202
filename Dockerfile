FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1

RUN useradd --system --create-home --uid 10001 qldb && install -d -o qldb -g qldb /data

WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY emulator ./emulator
RUN pip install --no-cache-dir '.[sandbox]' -c constraints.txt

# Every option of `serve` is a variable too, so whoever cannot change the command can still choose.
ENV QLDB_EMULATOR_HOST=0.0.0.0 QLDB_EMULATOR_PORT=8000 QLDB_EMULATOR_DATA_DIR=/data

USER qldb
VOLUME /data
EXPOSE 8000

HEALTHCHECK --interval=5s --timeout=3s --start-period=5s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:%s/_qldb/health' % os.environ['QLDB_EMULATOR_PORT'], timeout=2)"]

ENTRYPOINT ["qldb-emulator"]
CMD ["serve"]
