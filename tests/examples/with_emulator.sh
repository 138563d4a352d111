#!/bin/sh
# Starts the emulator program, runs a command, and stops the emulator:
#
#   with_emulator.sh EMULATOR "OPTIONS" COMMAND [ARGUMENT...]
#
# The environment of the command has the variables for the endpoint and the key that the examples read.
# EMULATOR_OUTPUT is the path of the emulator's output.
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
