# The front end is built where Node.js is; what runs has neither compiler nor npm, and is not root.
FROM node:22-bookworm-slim AS front
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=optional --omit=dev
COPY static/src static/src
RUN npm run build

FROM python:3.13-slim-bookworm AS packages
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv .venv \
    && .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /tmp --no-create-home --shell /usr/sbin/nologin portal \
    && install --directory --owner=portal --mode=0700 /data
WORKDIR /app
COPY --from=packages /app/.venv .venv
COPY . .
COPY --from=front /build/static/build static/build
RUN .venv/bin/python -m compileall -q svd_portal partners governance milestones funding

ENV PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    SVD_DATA=/data
USER portal
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "svd_portal.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket", "--worker-tmp-dir", "/dev/shm"]
