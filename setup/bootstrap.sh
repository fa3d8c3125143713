# Sourced by the launchers of this folder: finds a Python that can make virtual
# environments (installing Debian's when there is none) and hands over to the package.

readonly SETUP_FOLDER="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"
readonly PYTHON_PACKAGES="python3 python3-venv ca-certificates"
# What chorus_setup/system_packages.py will ask for, so that one command by hand is enough.
readonly LATER_PACKAGES="wkhtmltopdf fonts-dejavu-core libmagic1 chromium"

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

# Words to put before a command to run it as root, in the array ROOT. The password is
# asked for now: later the output goes to a log.
become_root() {
    ROOT=()
    [ "$(id -u)" -eq 0 ] && return 0
    ROOT=(sudo)
    command -v sudo >/dev/null 2>&1 && sudo -v
}

# Says every second on a terminal, else rarely, how long a step has taken.
show_time() {
    local seconds=0
    while sleep 1; do
        seconds=$((seconds + 1))
        if [ -t 2 ]; then
            printf '\r\033[K%s … %d s' "$1" "$seconds" >&2
        elif [ $((seconds % 15)) -eq 0 ]; then
            echo "  $1 … $seconds s" >&2
        fi
    done
}

apt_install() {
    local apt=("${ROOT[@]}" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8)
    apt+=(apt-get -q -y -o DPkg::Lock::Timeout=600)
    "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "$@"
}

install_python() {
    local log status=0 title="Python: installing $PYTHON_PACKAGES"
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "Python 3.10 to 3.13 with its venv module is missing: install it, then run this command again." >&2
        return 1
    fi
    if ! become_root; then
        echo "Missing on this machine: Python with its venv module. As root:" \
            "apt install $PYTHON_PACKAGES $LATER_PACKAGES" >&2
        return 1
    fi
    log="$(mktemp)"
    [ -t 2 ] || echo "$title …" >&2
    show_time "$title" &
    trap "kill $! 2>/dev/null" EXIT
    # shellcheck disable=SC2086 # several packages
    apt_install $PYTHON_PACKAGES >"$log" 2>&1 || status=$?
    kill "$!" 2>/dev/null
    # Else the shell reports that it was killed.
    wait "$!" 2>/dev/null
    trap - EXIT
    [ -t 2 ] && printf '\r\033[K' >&2
    if [ "$status" -ne 0 ]; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        echo "Python could not be installed: is there a network? See the lines above." >&2
        return 1
    fi
    rm -f "$log"
    echo "$title: done" >&2
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
