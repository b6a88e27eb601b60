# Sourced by run.sh. load_env FILE exports what FILE sets and the environment does not, read as docker compose reads it:
#   NAME=value, export NAME=value, NAME: value; blanks around the name and the value do not count; lines may end with CRLF
#   a value without quotes ends before " #"; in single quotes everything is literal; in double quotes \n \r \t \" \\ \$ are escapes
#   $NAME, ${NAME}, ${NAME-default} and ${NAME:-default} are replaced, except in single quotes

load_env() {
  local _env_text _env_line _env_name _env_value _env_rest
  [ -f "$1" ] || return 0
  _env_text=$(sed 's/\r$//' "$1"; printf .)
  _env_text=${_env_text%.}
  _env_text=${_env_text#$'\xef\xbb\xbf'}
  while [ -n "$_env_text" ]; do
    _env_line=${_env_text%%$'\n'*}
    case $_env_text in *$'\n'*) _env_text=${_env_text#*$'\n'} ;; *) _env_text= ;; esac
    [[ $_env_line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*[=:][[:space:]]*(.*)$ ]] || continue
    _env_name=${BASH_REMATCH[2]} _env_value=${BASH_REMATCH[3]}
    case $_env_value in
      \'* | \"*)
        _env_rest=${_env_value:1}$'\n'$_env_text
        if ! read_quoted "${_env_value:0:1}" "$_env_rest"; then
          printf '%s: the value of %s has no closing quote.\n' "$1" "$_env_name" >&2
          return 1
        fi
        case $_env_rest in *$'\n'*) _env_text=${_env_rest#*$'\n'} ;; *) _env_text= ;; esac
        ;;
      *)
        [[ $_env_value == '#'* ]] && _env_value=
        _env_value=${_env_value%%[[:space:]]'#'*}
        _env_value=${_env_value%"${_env_value##*[![:space:]]}"}
        expand "$_env_value"
        ;;
    esac
    [ -z "${!_env_name+set}" ] && export "$_env_name=$_env_value"
  done
  return 0
}

# read_quoted QUOTE TEXT: _env_value gets what stands before the closing quote, _env_rest what stands after it.
read_quoted() {
  local _env_quote=$1 _env_text=$2 _env_raw=
  if [ "$_env_quote" = "'" ]; then
    [[ $_env_text == *\'* ]] || return 1
    _env_value=${_env_text%%\'*} _env_rest=${_env_text#*\'}
    return 0
  fi

  while [[ $_env_text =~ ^([^\"\\]*)(\\.|\") ]]; do
    _env_raw+=${BASH_REMATCH[1]}
    _env_rest=${_env_text:${#BASH_REMATCH[0]}} _env_text=$_env_rest
    case ${BASH_REMATCH[2]} in
      \") expand "$_env_raw"; _env_value=${_env_value//$'\x01'/'$'}; return 0 ;;
      '\n') _env_raw+=$'\n' ;;
      '\r') _env_raw+=$'\r' ;;
      '\t') _env_raw+=$'\t' ;;
      '\$') _env_raw+=$'\x01' ;;
      '\"' | '\\') _env_raw+=${BASH_REMATCH[2]:1} ;;
      *) _env_raw+=${BASH_REMATCH[2]} ;;
    esac
  done
  return 1
}

# expand TEXT: _env_value gets TEXT with its variables replaced; $$ is a dollar sign.
expand() {
  local _env_text=$1 _env_name _env_fallback
  local _env_pattern='^([^$]*)\$(\$|\{([A-Za-z_][A-Za-z0-9_]*)((:?-)([^}]*))?\}|([A-Za-z_][A-Za-z0-9_]*))'
  _env_value=
  while [[ $_env_text =~ $_env_pattern ]]; do
    _env_value+=${BASH_REMATCH[1]}
    _env_name=${BASH_REMATCH[3]:-${BASH_REMATCH[7]}} _env_fallback=${BASH_REMATCH[6]}
    if [ -z "$_env_name" ]; then _env_value+='$'
    elif [ -n "${!_env_name:-}" ] || { [ -n "${!_env_name+set}" ] && [ "${BASH_REMATCH[5]}" != ':-' ]; }; then _env_value+=${!_env_name}
    else _env_value+=$_env_fallback
    fi
    _env_text=${_env_text:${#BASH_REMATCH[0]}}
  done
  _env_value+=$_env_text
}

# Names of docker compose's network mean nothing to a process of this machine: says what to do, and fails.
check_env_hosts() {
  local name host
  for name in REDIS_URL NATS_URL DATABASE_URL; do
    host=$(sed -nE 's#^[a-z]+://([^@/]*@)?(redis|nats|db|postgres)([:/?,].*)?$#\2#p' <<< "${!name:-}")
    if [ -n "$host" ] && ! getent hosts "$host" >/dev/null 2>&1; then
      printf '%s names the host "%s", which exists inside docker compose only: remove it from .env to run with ./run.sh, or use docker compose up.\n' "$name" "$host" >&2
      return 1
    fi
  done
}
