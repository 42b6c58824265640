#!/bin/sh
# Ask a running `auscult serve` with curl.
# Run: sh examples/rest_curl.sh http://127.0.0.1:8000 heart.wav
set -eu
url=$1
sound=$2

# What is it? Several files: repeat -F. With a token: -H "Authorization: Bearer $AUSCULT_TOKEN".
curl --fail-with-body --silent --show-error -F "file=@$sound" "$url/v1/classify"
echo

# Where do S1 and S2 lie, and how fast does the heart beat?
curl --fail-with-body --silent --show-error -F "file=@$sound" "$url/v1/segment"
echo

# Which models answer, is the service well, what has it counted?
curl --fail --silent --show-error "$url/v1/models"
echo
curl --fail --silent --show-error "$url/healthz"
echo
curl --fail --silent --show-error "$url/metrics" | grep '^auscult_requests_total'
