# Mentor as a container: nothing in it can be written but data/, which is to be a volume.
#   docker build --tag mentor .
#   docker run --init --env-file .env --read-only --tmpfs /tmp --volume mentor:/var/lib/mentor/data mentor
# compose.yml has it with PostgreSQL, and docs/operations.md tells the rest. Podman builds it with --format docker: its own
# format has no health check.

# The Python that the tests run on.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/mentor
# First what Mentor stands on: it changes less often than Mentor.
COPY pyproject.toml constraints.txt ./
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
        > requirements.txt \
    && /opt/mentor/bin/pip install --requirement requirements.txt --constraint constraints.txt
COPY README.md LICENSE manifest.yml ./
COPY bot bot
COPY handlers handlers
COPY storage storage
COPY mentoring mentoring
COPY playground playground
RUN /opt/mentor/bin/pip install --no-deps .

FROM python:${PYTHON}-slim-bookworm
# In a number, so that Kubernetes can tell that it is not root's.
RUN groupadd --gid 10001 mentor \
    && useradd --uid 10001 --gid mentor --home-dir /var/lib/mentor --no-create-home --shell /usr/sbin/nologin mentor \
    && install --directory --owner=mentor --group=mentor --mode=0700 /var/lib/mentor /var/lib/mentor/data
COPY --from=build /opt/mentor /opt/mentor
# HOME, for slack_sdk asks for one as it is loaded, and whoever runs this under another number has none.
ENV PATH=/opt/mentor/bin:$PATH \
    HOME=/var/lib/mentor \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LOG_FORMAT=json \
    HEALTH_PORT=9000
WORKDIR /var/lib/mentor
USER 10001:10001
# A start may have a database to migrate, or wait for one.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-I", "-c", "import http.client, os, sys; it = http.client.HTTPConnection('127.0.0.1', int(os.environ['HEALTH_PORT']), timeout=4); it.request('GET', '/healthz'); sys.exit(it.getresponse().status != 200)"]
ENTRYPOINT ["mentor"]
CMD ["run"]
