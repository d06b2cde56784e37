# One image for every service: which one runs is the argument, dist/apps/<service>/src/main.js.
FROM node:20.19-bookworm-slim AS build
WORKDIR /elvis
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:20.19-bookworm-slim AS dependencies
WORKDIR /elvis
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund && npm cache clean --force

FROM node:20.19-bookworm-slim
# Replicas of two builds are told apart by this.
ARG BUILD_ID=unnamed
ENV NODE_ENV=production BUILD_ID=$BUILD_ID
WORKDIR /elvis
COPY --from=dependencies /elvis/node_modules node_modules
COPY --from=build /elvis/dist dist
COPY --from=build /elvis/apps/paper-exchange/recordings apps/paper-exchange/recordings
COPY --from=build /elvis/apps/paper-exchange/exchange-info apps/paper-exchange/exchange-info
COPY --from=build /elvis/data data
COPY package.json .
USER node
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["dist/apps/gateway/src/main.js"]
