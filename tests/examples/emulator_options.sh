#!/bin/sh
# Checks the effect of each option of the emulator program on curl and on export_projects.
#
#   sh emulator_options.sh path/to/emulator path/to/export_projects
set -eu

emulator=$1
tool=$2
command -v curl >/dev/null || { echo "curl is missing"; exit 77; }
# shellcheck source=tests/support/emulator.sh
. "$(dirname "$0")/../support/emulator.sh"

# Stops the running emulator, and starts one with these options.
start() {
    stop
    start_emulator --key key --job-duration 0s "$@"
    endpoint=$AZURE_LANGUAGE_ENDPOINT
}

stop() { test -z "$emulator_process" || stop_emulator; }

credential='Ocp-Apim-Subscription-Key: key'

# ask PATH [CURL OPTION...]: prints the status; writes the header to head.log, the body to body.log.
ask() {
    path=$1
    shift
    : >"$folder/head.log"
    : >"$folder/body.log"
    curl -sS -o "$folder/body.log" -D "$folder/head.log" -w '%{http_code}' \
        -H "$credential" "$@" "$endpoint/language/$path" 2>"$folder/curl.log" || :
}

# expect STATUS PATH [CURL OPTION...]
expect() {
    wanted=$1
    shift
    seen=$(ask "$@")
    test "$seen" = "$wanted" || fail "$seen instead of $wanted: $*"
}

says() { grep -q -- "$1" "$folder/body.log" || fail "'$1' is not in the body"; }

# Prints the path of the job that a submission created.
begin() {
    expect 202 "$1" -X POST
    tr -d '\r' <"$folder/head.log" | sed -n 's/^operation-location: .*\/language\///p'
}

# Exports projects with the tool; its exit status is in `code`, its messages in tool.log.
export_with_tool() {
    rm -rf "$folder/out"
    code=0
    AZURE_LANGUAGE_ENDPOINT=$endpoint AZURE_LANGUAGE_KEY=key "$tool" --quota-posts 0 --quota-gets 0 \
        --poll-first 10ms --poll-max 20ms --output-dir "$folder/out" "$@" >"$folder/tool.log" 2>&1 ||
        code=$?
}

tool_says() { grep -q -- "$1" "$folder/tool.log" || fail "'$1' is not among the tool's messages"; }

texts=authoring/analyze-text/projects
bases=authoring/query-knowledgebases/projects
index=stringIndexType=Utf16CodeUnit
submission="$texts/Demo/:export?$index&api-version=2023-04-01"

echo "rules of the service"
start --trained-model m1 --project Demo --kind QuestionAnswering --project Faq
expect 202 "$submission" -X POST
expect 202 "$submission&trainedModelLabel=m1" -X POST
expect 400 "$submission&trainedModelLabel=m2" -X POST
says trainedModelLabel
expect 400 "$texts/Demo/:export?api-version=2023-04-01" -X POST
says stringIndexType
expect 400 "$texts/Demo/:export?$index&api-version=2021-10-01" -X POST
says UnsupportedApiVersion
expect 200 "$texts/Demo?api-version=2023-04-01"
says '"projectName":"Demo"'
expect 200 "$bases/Faq?api-version=2025-05-15-preview"
says configureSemanticRanking
expect 404 "$texts/Faq?api-version=2023-04-01"
expect 202 "query-knowledgebases/projects/Faq/:export?api-version=2021-10-01&format=tsv" -X POST
export_with_tool --surface query-knowledgebases --api-version 2021-10-01 Faq
test "$code" = 0 || fail "the tool at 2021-10-01: exit status $code"
export_with_tool --api-version 2020-01-01 Demo
test "$code" = 1 || fail "the tool at no version: exit status $code"
tool_says UnsupportedApiVersion

echo "lenient"
start --project Demo --lenient
expect 202 "$texts/Demo/:export?api-version=1&trainedModelLabel=any" -X POST

echo "listed versions"
start --project Demo --api-version v7 --api-version v8
expect 202 "$texts/Demo/:export?$index&api-version=v8" -X POST
expect 400 "$submission" -X POST
sh -eu -c "$(sed -n '/^# submit/,$p' "$emulator_log")" >"$folder/lines.log" 2>&1
grep -q '"projectFileVersion":"v7"' "$folder/lines.log" || fail "curl lines with a version"
start --kind QuestionAnswering --project Faq --api-version 2021-10-01
sh -eu -c "$(sed -n '/^# submit/,$p' "$emulator_log")" >"$folder/lines.log" 2>&1
grep -q '"qnas"' "$folder/lines.log" || fail "curl lines with the oldest version"

echo "tokens"
list="$texts?api-version=2023-04-01"
start --project Demo --token one --token two --token-lifetime 10h --time-scale 100000
credential='Authorization: Bearer three'
expect 401 "$list"
credential='Authorization: Bearer one'
expect 200 "$list"
tries=0
until test "$(ask "$list")" = 401; do
    tries=$((tries + 1))
    test $tries -lt 600 || fail "the token does not expire"
    sleep 0.05
done
credential='Authorization: Bearer two'
expect 200 "$list"
credential='Ocp-Apim-Subscription-Key: key'
if grep -q 'one\|two' "$emulator_log"; then fail "a token is printed"; fi

echo "quota"
start --project Demo --quota-posts 2 --quota-gets 1 --quota-window 1h
expect 202 "$submission" -X POST
expect 202 "$submission" -X POST
expect 429 "$submission" -X POST
grep -qi '^retry-after: 3[0-9][0-9][0-9]' "$folder/head.log" || fail "no Retry-After"
expect 200 "$list"
expect 429 "$list"

echo "faults"
start --project Demo --fault submission:1:503+2s --fault listing:1/2:429 --fault metadata:2-3:html \
    --fault status:1:lost --fault other:all:cut=3
expect 503 "$submission" -X POST
grep -qi '^retry-after: 2' "$folder/head.log" || fail "no Retry-After"
expect 202 "$submission" -X POST
for wanted in 200 429 200 429; do
    expect "$wanted" "$list"
done
expect 200 "$texts/Demo?api-version=2023-04-01"
says projectName
expect 200 "$texts/Demo?api-version=2023-04-01"
says '<html>'
job=$(begin "$submission")
expect 000 "$job"
expect 200 "$job"
ask nothing >/dev/null
test "$(wc -c <"$folder/body.log")" = 3 || fail "not cut"
start --project Demo --fault any:1/3:500 --fault result:1:reset=100 --connection-fault 1:reset
expect 000 "$list"
export_with_tool Demo
test "$code" = 0 || fail "the tool meets faults: exit status $code"
grep -q '"projectName":"Demo"' "$folder/out/Demo.json" || fail "no result after faults"

echo "ends of jobs"
start --project Good --end failed --job-error InvalidRequest="No documents." --project Bad \
    --end cancelled --project Gone --end partiallyCompleted --job-warning Warning="Some are missing." \
    --project Half --end never --project Endless --end succeeded --statuses notStarted,cancelling \
    --project Odd --creation-lag 24h --project Late
of() { echo "$texts/$1/:export?$index&api-version=2023-04-01"; }
job=$(begin "$(of Bad)")
expect 200 "$job"
says '"status":"failed","errors":\[{"code":"InvalidRequest","message":"No documents."}\]'
job=$(begin "$(of Gone)")
expect 200 "$job"
says '"status":"cancelled"}'
job=$(begin "$(of Half)")
expect 200 "$job"
says '"status":"partiallyCompleted","warnings":\[{"code":"Warning","message":"Some are missing."}\]'
job=$(begin "$(of Endless)")
expect 200 "$job"
says '"status":"running"'
job=$(begin "$(of Odd)")
for word in notStarted cancelling succeeded; do
    expect 200 "$job"
    says "\"status\":\"$word\""
done
job=$(begin "$(of Late)")
expect 404 "$job"
export_with_tool Good Odd
test "$code" = 0 || fail "good jobs: exit status $code"
cp "$folder/out/Good.json" "$folder/good.json"
export_with_tool Bad Gone
test "$code" = 1 || fail "bad jobs: exit status $code"
tool_says "No documents."

echo "imports"
start --empty --import-limit 10000 --trained-model m1 --fault import:2:429+2s@0 --fault import:3:reset-request=400 \
    --fault import:3:503
import() { expect "$1" "$texts/$2/:import?api-version=2023-04-01" -H 'Content-Type: application/json' --data-binary "@$3"; }
file=$folder/good.json
expect 404 "$texts/Good?api-version=2023-04-01"
import 202 Good "$file"
import 429 Good "$file"
grep -qi '^retry-after: 2' "$folder/head.log" || fail "no Retry-After"
import 000 Good "$file"
import 202 Good "$file"
import 503 Good "$file"
expect 200 "$texts/Good?api-version=2023-04-01"
job=$(begin "$(of Good)&trainedModelLabel=m1")
expect 200 "$(echo "$job" | sed 's/?/\/result?/')"
cmp "$file" "$folder/body.log" || fail "another document"
head -c 20000 /dev/zero >"$folder/large"
import 413 Good "$folder/large"
start --empty --end failed --job-error InvalidArgument="No container." --documents 3
import 202 Good "$file"
job=$(tr -d '\r' <"$folder/head.log" | sed -n 's/^operation-location: .*\/language\///p')
expect 200 "$job"
says '"status":"failed","errors":\[{"code":"InvalidArgument"'
expect 404 "$texts/Good?api-version=2023-04-01"

echo "jobs and results that expire"
start --project Demo --job-lifetime 5h --time-scale 10000
job=$(begin "$submission")
tries=0
until test "$(ask "$job")" = 404; do
    tries=$((tries + 1))
    test $tries -lt 600 || fail "the job does not expire"
    sleep 0.05
done

echo "tables as archives"
start --kind QuestionAnswering --zip-tables --project Faq --time-scale 1000
export_with_tool --surface query-knowledgebases --format tsv Faq
test "$code" = 0 || fail "a zip: exit status $code"
test -s "$folder/out/Faq.zip" || fail "no archive"
stop

echo "usage"
"$emulator" --help >"$folder/help.log"
for option in --project --kind --documents --zip-tables --trained-model --job-duration --creation-lag \
    --empty --statuses --end --job-error --job-warning --page-size --job-lifetime --quota-posts --quota-gets \
    --quota-window --import-limit --api-version --lenient --key --token --token-lifetime --time-scale --fault \
    --connection-fault --address --port --path-prefix --tls --certificate-out --run-for --help --version; do
    grep -q "^  .*$option\b" "$folder/help.log" || fail "--help does not name $option"
done
test -z "$(awk 'length > 100' "$folder/help.log")" || fail "--help has long lines"
while read -r wrong; do
    code=0
    # shellcheck disable=SC2086 # words
    "$emulator" $wrong >"$folder/usage.log" 2>&1 || code=$?
    test "$code" = 2 || fail "$wrong: exit status $code"
    grep -q "^emulator: ${wrong%% *}" "$folder/usage.log" || fail "$wrong: another message"
done <<'END'
--end done
--job-error text
--job-warning =text
--quota-posts many
--quota-window 1
--token-lifetime soon
--job-lifetime -1s
--creation-lag x
--fault 503
--fault status:1:200
--fault status:0:503
--fault status:3-2:503
--fault status:1/0:503
--fault everything:1:503
--fault status:1:burn
--fault status:1:cut
--fault status:1:delay=long
--fault status:1:503+soon
--fault import:1:503@x
--fault import:1:reset-request
--connection-fault 1:reset:2
--connection-fault 1:503
END
echo "good"
