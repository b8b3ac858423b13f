# lawcircle: two commands matter: `make run` and `make test`. `make help` lists the rest.
SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

BIN      := bin/lawcircle
DEMO     := demo.gpkg
ADDR     ?= 127.0.0.1:8080
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X main.version=$(VERSION)
GO       := go
GOFILES  := $(shell find cmd coverage data geo internal server web -name '*.go' -not -path '*/node_modules/*' 2>/dev/null)
WEBFILES := $(shell find web/src web/public web/index.html web/package.json web/vite.config.ts -type f 2>/dev/null)
LINTER   := bin/tools/golangci-lint-v2.15.0

export CGO_ENABLED := 1

.PHONY: help run build web test test-go test-race test-web lint bench fuzz demo tools-check test-tools clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

tools-check:
	@scripts/need go gcc node npm

run: build $(DEMO) ## build everything, make the demonstration county if absent, serve the workspace
	$(BIN) serve -p $(DEMO) --addr $(ADDR)

build: tools-check $(BIN) ## build the workspace and bin/lawcircle

$(BIN): $(GOFILES) go.mod go.sum web/dist/index.html
	$(GO) build -ldflags "$(LDFLAGS)" -o $(BIN) ./cmd/lawcircle

web: web/dist/index.html ## build the workspace alone

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund

web/dist/index.html: web/node_modules/.package-lock.json $(WEBFILES)
	cd web && npm run build

$(DEMO): $(BIN)
	@[ -f $(DEMO) ] || $(BIN) demo -o $(DEMO)

demo: $(BIN) ## make the demonstration county afresh
	rm -rf $(DEMO) $(DEMO)-wal $(DEMO)-shm demo.roads
	$(BIN) demo -o $(DEMO)

test: build test-tools test-go test-web ## run every test, installing what they need

test-tools:
	@scripts/install-test-tools

test-go:
	$(GO) vet ./...
	$(GO) test -timeout 20m ./...

test-race: ## run the Go tests under the race detector
	$(GO) test -race -short -timeout 30m ./...

test-web: $(BIN)
	cd web && npm run typecheck && npm test && npm run e2e

$(LINTER):
	@mkdir -p bin/tools
	GOBIN=$(CURDIR)/bin/tools $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
	mv bin/tools/golangci-lint $(LINTER)

lint: tools-check $(LINTER) ## run the linters
	@test -z "$$(gofmt -l $(GOFILES))" || { echo "gofmt needed:"; gofmt -l $(GOFILES); exit 1; }
	$(LINTER) run ./...
	$(GO) mod tidy -diff

bench: ## run the benchmarks behind docs/benchmarks.md
	$(GO) test -run '^$$' -bench . -benchmem -timeout 60m ./...

FUZZTIME ?= 60s
fuzz: ## run every fuzz target for FUZZTIME each
	@scripts/fuzz "$(FUZZTIME)"

clean: ## remove what was built
	rm -rf bin web/dist/assets web/dist/index.html web/node_modules $(DEMO) $(DEMO)-wal $(DEMO)-shm demo.roads
