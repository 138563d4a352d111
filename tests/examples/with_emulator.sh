#!/bin/sh
# Runs a command while the emulator program serves it:
#
#   with_emulator.sh EMULATOR "OPTIONS" COMMAND [ARGUMENT...]
#
# The command finds the endpoint and the key where the examples look for them, and the emulator's
# output in the file EMULATOR_OUTPUT.
set -eu

emulator=$1
options=$2
shift 2

# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

# shellcheck disable=SC2086 # the options are words
start_emulator $options
EMULATOR_OUTPUT=$emulator_log
export EMULATOR_OUTPUT

status=0
"$@" || status=$?
stop_emulator
tail -n 1 "$emulator_log"
exit "$status"
