# syntax=docker/dockerfile:1
# For a GPU: docker build --build-arg EXTRA=gpu --build-arg DEVICE=cuda -t mathdoodle:gpu .
FROM python:3.12-slim AS build
ARG EXTRA=""
WORKDIR /source
RUN python -m venv /opt/mathdoodle
# Dependencies change less often than the code: they are a layer of their own.
COPY pyproject.toml constraints.txt ./
RUN python -c "import sys, tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; \
print(*p['dependencies'], *(p['optional-dependencies'][sys.argv[1]] if sys.argv[1] else []), sep='\n')" "$EXTRA" \
        > requirements.txt \
    && /opt/mathdoodle/bin/pip install --no-cache-dir --constraint constraints.txt --requirement requirements.txt
COPY README.md ./
COPY app app
COPY models models
COPY training training
COPY static static
RUN /opt/mathdoodle/bin/pip install --no-cache-dir --constraint constraints.txt . \
    && /opt/mathdoodle/bin/python -m compileall -q /opt/mathdoodle/lib

FROM python:3.12-slim
ARG DEVICE=cpu
RUN useradd --system --uid 10001 --no-create-home mathdoodle
COPY --from=build /opt/mathdoodle /opt/mathdoodle
# It writes nothing, so it runs with a read-only file system; only several workers need a /tmp, for their metrics.
ENV PATH=/opt/mathdoodle/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MATHDOODLE_HOST=0.0.0.0 \
    MATHDOODLE_PORT=8000 \
    MATHDOODLE_DEVICE=$DEVICE
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"MATHDOODLE_PORT\"]}/readyz', timeout=4)"]
ENTRYPOINT ["mathdoodle"]
CMD ["serve"]
