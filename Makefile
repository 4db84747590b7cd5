# Portal of the Lopburi Provincial Public Relations Office. `make` lists what can be made.
PORT ?= 8000
PY := .venv/bin/python
REQUIREMENTS := -r requirements.txt -r requirements-dev.txt
# DATABASE_URL wins; without it every command runs on the embedded PostgreSQL of this checkout.
WITH_DATABASE := $(if $(DATABASE_URL),,$(PY) -m lopburi_pr.embedded_postgres exec)
export PYTHONUNBUFFERED = 1

.DEFAULT_GOAL := help
.PHONY: help run test check fmt messages bench shots lock

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */  make \1\t/' | expand -t 18

.venv/.ok: requirements.txt requirements-dev.txt
	@command -v python3 >/dev/null || { echo "Python 3.11 or newer is needed: sudo apt-get install -y python3 python3-venv"; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$(python3 --version)"; exit 1; }
	@echo "Installing the locked dependencies (once, about a minute) …"
	@if command -v uv >/dev/null; then uv venv -q --allow-existing --python python3 .venv && uv pip install -q --require-hashes --python $(PY) $(REQUIREMENTS); \
	elif python3 -c 'import ensurepip' 2>/dev/null; then python3 -m venv .venv && $(PY) -m pip install -q --disable-pip-version-check --require-hashes $(REQUIREMENTS); \
	elif python3 -m pip --version >/dev/null 2>&1; then python3 -m venv --without-pip .venv && python3 -m pip --python $(PY) install -q --require-hashes $(REQUIREMENTS); \
	else echo "Python's venv module is missing. First: sudo apt-get install -y python3-venv"; exit 1; fi
	@touch $@

run: .venv/.ok  ## the portal at http://127.0.0.1:8000 (PORT=… to change), with sample data
	@PORT=$(PORT) $(WITH_DATABASE) $(PY) -m lopburi_pr.serve

test: .venv/.ok  ## every test on real PostgreSQL, in Chromium too when it is there
	@$(PY) -m pytest -q -n 2

check: .venv/.ok  ## formatters, linters, import contracts, migrations, deploy check, tests
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 5.2 --check
	@.venv/bin/djlint --lint --quiet templates
	@.venv/bin/lint-imports --no-logo
	@DEBUG=1 $(WITH_DATABASE) $(PY) manage.py makemigrations --check --dry-run
	@$(WITH_DATABASE) env HTTPS=1 DEBUG=0 SECRET_KEY=only-for-this-check-0123456789abcdefghijklmnopqrstuvwxyz-ABCDEF ALLOWED_HOSTS=lopburi.example.go.th SIGNING_KEY_FILE=Makefile $(PY) manage.py check --deploy --fail-level WARNING
	@$(MAKE) --no-print-directory test

fmt: .venv/.ok  ## format Python and templates
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix --quiet . ; git ls-files -z 'templates/*.html' | xargs -0 .venv/bin/djade --target-version 5.2

messages: .venv/.ok  ## collect the texts to translate and compile the catalogues (needs gettext)
	@DEBUG=1 $(WITH_DATABASE) $(PY) manage.py makemessages -l th --no-location --no-obsolete -i .venv -i var -i node_modules
	@DEBUG=1 $(WITH_DATABASE) $(PY) manage.py compilemessages -v0 -l th -i .venv

bench: .venv/.ok  ## repeatable benchmarks, as ratios against bare Django (NEWS=file.jsonl.gz for real items; KILLS=1 kills workers)
	@$(PY) scripts/bench.py $(NEWS) $(if $(KILLS),--kills)
	@$(PY) scripts/search_quality.py $(NEWS)

shots: .venv/.ok  ## screenshots of every page into var/shots/
	@$(PY) scripts/shots.py

lock:  ## refresh uv.lock and the hashed requirements (needs uv)
	@uv lock && uv export -q --frozen --no-emit-project --no-dev -o requirements.txt && uv export -q --frozen --no-emit-project --only-dev -o requirements-dev.txt
