# One image for every service: which one runs is the argument, dist/apps/<service>/src/main.js.
FROM node:24.22.3-bookworm-slim AS build
WORKDIR /elvis
COPY package.json package-lock.json ./
# No package's own script runs, neither here nor where it is used: what ships needs none.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build \
  && npm sbom --omit dev --sbom-format cyclonedx > sbom.cdx.json \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
  && mkdir -p data-folders/data data-folders/audit data-folders/accounts data-folders/backups

FROM node:24.22.3-bookworm-slim
# Replicas of two builds are told apart by this; at an exchange an unnamed one is refused.
ARG BUILD_ID=unnamed
LABEL org.opencontainers.image.title="elvis" \
  org.opencontainers.image.revision=$BUILD_ID \
  org.opencontainers.image.version=$BUILD_ID
ENV NODE_ENV=production BUILD_ID=$BUILD_ID
# What installs things has no work here; the rest of Debian is a shell for the health check and the C library.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack /opt/yarn* \
  /usr/local/bin/yarn /usr/local/bin/yarnpkg /usr/bin/apt* /usr/lib/apt /usr/bin/dpkg* /var/lib/apt /var/cache/apt
WORKDIR /elvis
COPY --from=build /elvis/node_modules node_modules
COPY --from=build /elvis/dist dist
COPY --from=build /elvis/sbom.cdx.json sbom.cdx.json
COPY --from=build /elvis/apps/paper-exchange/recordings apps/paper-exchange/recordings
COPY --from=build /elvis/apps/paper-exchange/exchange-info apps/paper-exchange/exchange-info
COPY --from=build /elvis/data data
COPY package.json .
# A new volume takes its owner from these.
COPY --from=build --chown=1000:1000 /elvis/data-folders/ /
USER 1000:1000
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["dist/apps/gateway/src/main.js"]
