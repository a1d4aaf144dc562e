# What a person does with this repository. Each target is one line; the work is in scripts/.

.DEFAULT_GOAL := help
.PHONY: help run test lint web viewer viewer-web bench soak conformance clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ## Install what is missing, build in release, and serve on http://127.0.0.1:8080
	@scripts/run.sh

test: ## Install what the tests need, then run every check and every test, with the time of each stage
	@scripts/test.sh

lint: ## Check format, lints, documentation, spelling
	@scripts/lint.sh

web: ## Build the web page that the server embeds
	@scripts/web.sh

viewer: ## Build the 3D viewer into target/release/twin-viewer
	@scripts/viewer.sh

viewer-web: ## Build the 3D viewer for browsers, which twin then serves at /viewer/
	@scripts/viewer-web.sh

bench: ## Run the benchmarks of the crates, and the roads and plans beside other engines
	@scripts/bench.sh

soak: ## Kill the server 20 times under load, let it run for a day, compressed, and look for what is lost or leaks
	@scripts/soak.sh

conformance: ## Open a pack in QGIS, and carry commits over NATS, both of which it installs; compare the kernels' bytes with WebAssembly's
	@scripts/conformance.sh

clean: ## Remove what was built and the tools in .tools; the data stays
	@scripts/clean.sh
