#!/bin/sh
# Starts nginx as the service of support/nginx.conf.in, on ports of 127.0.0.1 that are free.
#
#   nginx.sh FOLDER [PROCESSOR]
#
# FOLDER/ports then says PORT=… TLS_PORT=… FULL_TLS_PORT=…, FOLDER/ca.pem is the certificate to trust, FOLDER/nginx.pid
# the process to end. It ends by itself after half an hour.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/files" "$1/temporary"
folder=$(cd "$1" && pwd)
processor=${2:-}
PATH=$PATH:/usr/sbin:/usr/local/sbin

fill_in() {
    sed -e "s|@DIR@|$folder|g" -e "s|@PORT@|$1|g" -e "s|@TLS_PORT@|$(($1 + 1))|g" \
        -e "s|@FULL_TLS_PORT@|$(($1 + 2))|g"
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
    -subj /CN=localhost -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
    -keyout "$folder/server.key" -out "$folder/server.pem" 2>/dev/null
cp "$folder/server.pem" "$folder/ca.pem"

start=timeout
if [ -n "$processor" ]; then start="taskset -c $processor timeout"; fi
attempt=0
while [ $attempt -lt 20 ]; do
    port=$((20000 + ($$ * 7 + attempt * 1013) % 20000))
    fill_in $port <"$here/nginx.conf.in" >"$folder/nginx.conf"
    fill_in $port <"$here/service.conf.in" >"$folder/service.conf"
    # shellcheck disable=SC2086 # words
    $start 1800 nginx -e "$folder/error.log" -c "$folder/nginx.conf" >/dev/null 2>&1 &
    waited=0
    while kill -0 $! 2>/dev/null && [ $waited -lt 100 ]; do
        if curl -s -o /dev/null "http://127.0.0.1:$port/connections"; then
            echo "PORT=$port TLS_PORT=$((port + 1)) FULL_TLS_PORT=$((port + 2))" >"$folder/ports"
            exit 0
        fi
        sleep 0.05
        waited=$((waited + 1))
    done
    attempt=$((attempt + 1))
done
echo "nginx does not start:" >&2
cat "$folder/error.log" >&2
exit 1
