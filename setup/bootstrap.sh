# Sourced by the launchers of this folder: finds a Python that can make virtual
# environments (installing Debian's when there is none) and hands over to the package.

readonly SETUP_FOLDER="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"

# Odoo 19 runs on 3.10 to 3.13; ensurepip is what Debian leaves out of python3.
usable_python() {
    command -v "$1" >/dev/null 2>&1 && "$1" - >/dev/null 2>&1 <<'PYTHON'
import ensurepip, sqlite3, ssl, sys, venv
raise SystemExit(not (3, 10) <= sys.version_info[:2] <= (3, 13))
PYTHON
}

find_python() {
    local candidate
    for candidate in python3 /usr/bin/python3 python3.13 python3.12 python3.11 python3.10; do
        if usable_python "$candidate"; then
            PYTHON="$(command -v "$candidate")"
            return 0
        fi
    done
    return 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        return 127
    fi
}

install_python() {
    local log apt=(apt-get -q -y -o DPkg::Lock::Timeout=600)
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "Python 3.10 to 3.13 with its venv module is missing: install it, then run this command again." >&2
        return 1
    fi
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null 2>&1; then
        echo "As root, run: apt-get install python3 python3-venv ca-certificates" >&2
        return 1
    fi
    log="$(mktemp)"
    echo "Python: installing python3, python3-venv and ca-certificates with apt" >&2
    if ! { as_root "${apt[@]}" update &&
        as_root env DEBIAN_FRONTEND=noninteractive "${apt[@]}" install \
            --no-install-recommends python3 python3-venv ca-certificates; } >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        echo "Python could not be installed: is there a network? See the lines above." >&2
        return 1
    fi
    rm -f "$log"
}

run_command() {
    if ! find_python; then
        install_python || exit 1
        find_python || {
            echo "apt installed no Python from 3.10 to 3.13: this machine needs one." >&2
            exit 1
        }
    fi
    # -B: no compiled files in the checkout.
    PYTHONPATH="$SETUP_FOLDER" exec "$PYTHON" -B -m chorus_setup "$@"
}
