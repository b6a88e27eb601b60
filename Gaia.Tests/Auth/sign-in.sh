#!/usr/bin/env bash
# Signs in, refreshes and uses API keys with nothing but curl and jq, at the gateway that GATEWAY names. Ends with an error at the first answer that is not as api.md has it.
set -euo pipefail
: "${GATEWAY:?the address of a running Gaia}"
auth=$GATEWAY/api/v1/auth
email=curl-$RANDOM$RANDOM$RANDOM@example.com
password='correct horse battery'
body=$(mktemp)
trap 'rm -f "$body"' EXIT

# expect STATUS METHOD URL [curl arguments]: the answer's body is in $body.
expect() {
  local wanted=$1 method=$2 url=$3 status
  shift 3
  status=$(curl --silent --show-error --output "$body" --write-out '%{http_code}' --request "$method" --header 'Content-Type: application/json' "$@" "$url")
  [ "$status" = "$wanted" ] || { printf '%s %s: %s instead of %s\n%s\n' "$method" "$url" "$status" "$wanted" "$(cat "$body")" >&2; exit 1; }
}
field() { jq --exit-status --raw-output "$1" "$body"; }
check() { jq --exit-status "$1" "$body" >/dev/null || { printf 'Not so: %s\n%s\n' "$1" "$(cat "$body")" >&2; exit 1; }; }
bearer() { printf 'Authorization: Bearer %s' "$1"; }

# Sessions
expect 201 POST "$auth/register" --data "{\"email\":\"$email\",\"password\":\"$password\",\"name\":\"Ada\"}"
check '.user.name == "Ada" and .session.token_type == "bearer" and .session.expires_in > 0'
expect 409 POST "$auth/register" --data "{\"email\":\"$email\",\"password\":\"$password\"}"
expect 401 POST "$auth/login" --data "{\"email\":\"$email\",\"password\":\"not the password\"}"
expect 200 POST "$auth/login" --data "{\"email\":\"$email\",\"password\":\"$password\"}"
access=$(field .session.access_token)
refresh=$(field .session.refresh_token)
expect 200 GET "$auth/me" --header "$(bearer "$access")"
check ".user.email == \"$email\" and .auth_type == \"jwt\" and (.scopes | index(\"chat\"))"
expect 401 GET "$auth/me"
check '.detail == "Not authenticated. Provide a valid JWT or API Key."'

# A refresh token is good for one successor, which parallel refreshes share.
expect 200 POST "$auth/refresh" --data "{\"refresh_token\":\"$refresh\"}"
successor=$(field .session.refresh_token)
[ "$successor" != "$refresh" ]
expect 200 POST "$auth/refresh" --data "{\"refresh_token\":\"$refresh\"}"
check ".session.refresh_token == \"$successor\""
expect 200 POST "$auth/refresh" --data "{\"refresh_token\":\"$successor\"}"
access=$(field .session.access_token)
expect 200 GET "$auth/me" --header "$(bearer "$access")"
expect 401 POST "$auth/refresh" --data '{"refresh_token":"nonsense"}'
check '.detail == "Invalid or expired refresh token."'

# API keys
expect 422 POST "$auth/api-keys" --header "$(bearer "$access")" --data '{"name":"","scopes":["everything"]}'
check '.errors | has("name") and has("scopes")'
expect 403 POST "$auth/api-keys" --header "$(bearer "$access")" --data '{"name":"too much","scopes":["admin"]}'
expect 201 POST "$auth/api-keys" --header "$(bearer "$access")" --data '{"name":"game server","scopes":["chat"]}'
key=$(field .key)
id=$(field .id)
expect 200 GET "$auth/api-keys" --header "$(bearer "$access")"
check '.total == 1 and .api_keys[0].name == "game server" and (.api_keys[0] | has("key") | not)'
expect 200 GET "$auth/me" --header "X-API-Key: $key"
check '.auth_type == "api_key" and .scopes == ["chat"]'
expect 200 GET "$auth/me" --header "$(bearer "$key")"
expect 403 GET "$auth/api-keys" --header "X-API-Key: $key"
expect 200 POST "$auth/validate" --data "{\"api_key\":\"$key\"}"
check '.valid and .auth_type == "api_key"'
expect 200 POST "$auth/api-key-login" --header "X-API-Key: $key"
check '.expires_in == 900 and .token_type == "bearer"'
exchanged=$(field .access_token)
expect 200 GET "$auth/me" --header "$(bearer "$exchanged")"

expect 200 POST "$auth/api-keys/$id/rotate" --header "$(bearer "$access")" --data '{"grace_seconds":60}'
rotated=$(field .key)
[ "$rotated" != "$key" ]
expect 200 GET "$auth/me" --header "X-API-Key: $key"
expect 200 GET "$auth/me" --header "X-API-Key: $rotated"
expect 204 DELETE "$auth/api-keys/$id" --header "$(bearer "$access")"
expect 404 DELETE "$auth/api-keys/$id" --header "$(bearer "$access")"
expect 400 DELETE "$auth/api-keys/not-an-id" --header "$(bearer "$access")"

# refused HEADER: within a second, on whichever gateway answers.
refused() {
  for _ in $(seq 200); do
    status=$(curl --silent --output "$body" --write-out '%{http_code}' --header "$1" "$auth/me")
    [ "$status" = 401 ] && return
    sleep 0.05
  done
  printf 'Still let in: %s\n' "$1" >&2
  exit 1
}
refused "X-API-Key: $key"
refused "X-API-Key: $rotated"
refused "$(bearer "$exchanged")"

# The end
expect 200 POST "$auth/logout" --header "$(bearer "$access")" --data '{}'
check '.message == "Logged out successfully"'
refused "$(bearer "$access")"
expect 400 POST "$auth/login" --data '{"email":'
expect 422 POST "$auth/login" --data '{}'
check '.errors | has("email") and has("password")'
