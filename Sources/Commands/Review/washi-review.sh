#!/usr/bin/env bash
# Compares the reports of this checkout with those of a base commit and prints Markdown for one
# comment. `washi init --git` wrote this file; it is yours now.
#
#     ci/washi-review.sh origin/main > review.md
#     ci/washi-review.sh origin/main -- -p target_date 2021-01     # parameters for every run
#
# Every notebook that differs from the base (all of them when washi.yaml or a template does) is run
# twice with the same Washi on the data of this checkout: as it is at the base, and as it is here.
# So the difference is what the change does. Where the base's notebook cannot be run, the version
# that the base has published is compared instead. Nothing is published; output/ is left alone.
#
# The first line of the output is the hidden marker <!-- washi review -->: who posts it finds the
# comment again and replaces it. It has fewer than 60,000 characters.
#
# Needs bash, git and washi. Exit code: 0 done, 1 a notebook's run failed, 2 the call is wrong.
set -euo pipefail

fail() {
  printf 'washi-review: %s\n' "$*" >&2
  exit 2
}

[[ $# -ge 1 && $1 != -* ]] || fail "usage: $0 BASE [-- ARGUMENTS OF washi run]"
wanted=$1
shift
if [[ $# -gt 0 ]]; then
  [[ $1 == -- ]] || fail "usage: $0 BASE [-- ARGUMENTS OF washi run]"
  shift
fi
arguments=("$@")

command -v washi >/dev/null || fail "washi is not on PATH"
cd "$(dirname "${BASH_SOURCE[0]}")/.."
git rev-parse --verify --quiet --end-of-options "$wanted^{commit}" >/dev/null ||
  fail "git knows no commit $wanted; fetch it, with its history (fetch-depth: 0)"
base=$(git merge-base "$wanted" HEAD) || fail "$wanted and HEAD have no commit in common"
project=$(git rev-parse --show-prefix)
here=$PWD

# --- Which notebooks? ---------------------------------------------------------------------------

notebooks=()
list() {
  local path
  while IFS= read -r -d '' path; do
    if [[ $path == *.md && -f $path ]]; then notebooks+=("$path"); fi
  done
}
if git diff --quiet "$base" -- washi.yaml 'washi.*.yaml' templates; then
  list < <(git diff --relative --name-only --no-renames -z "$base" -- notebooks)
else
  list < <(git ls-files -z -- notebooks)
fi
list < <(git ls-files --others --exclude-standard -z -- notebooks)

# Text of a file name that can be nothing but text in Markdown.
shown() { printf '%s' "$1" | LC_ALL=C tr -c 'A-Za-z0-9 ._/@-' '_'; }

printf '%s\n### Reports\n\n' '<!-- washi review -->'
if [[ ${#notebooks[@]} -eq 0 ]]; then
  printf 'No notebook differs from %s.\n' "$(git rev-parse --short "$base")"
  exit 0
fi

# --- A clean place with the base ----------------------------------------------------------------

work=$(mktemp -d)
remove() {
  git worktree remove --force "$work/base" >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap remove EXIT
git worktree add --quiet --detach "$work/base" "$base"
# In the base's tree notebooks read the data of this checkout.
base_project=$work/base/$project

# Prints the folder of the report that a notebook makes; its exit code is that of washi run.
run() {
  local folder=$1 notebook=$2 output=$3 page
  shift 3
  page=$(cd "$folder" && washi run "$notebook" --quiet --output "$output" "$@" \
    ${arguments[@]+"${arguments[@]}"} | tail -n 1) || return $?
  if [[ $page != /* ]]; then page=$folder/$page; fi
  printf '%s' "${page%/index.html}"
}

most=40
shared=$((56000 / (${#notebooks[@]} < most ? ${#notebooks[@]} : most)))
status=0
same=()
count=0
for notebook in "${notebooks[@]}"; do
  count=$((count + 1))
  if [[ $count -gt $most ]]; then
    printf '\n*%d more notebooks are not compared here.*\n' $((${#notebooks[@]} - most))
    break
  fi
  name=$(shown "$notebook")
  printf 'washi-review: %s\n' "$name" >&2

  # What this checkout makes of it; a failed run left a report too.
  new=$(run "$here" "$notebook" "$work/new") && code=0 || code=$?
  if [[ $code -ne 0 ]]; then
    status=1
    new=failed
    if [[ $code -eq 2 ]]; then
      printf '\n**`%s` cannot be run**: `washi check` says why.\n' "$name"
      continue
    fi
  fi

  # What the base made of it.
  old=
  if [[ -f $base_project$notebook ]]; then
    if ! old=$(run "$base_project" "$notebook" "$work/old" --cwd "$here"); then
      old=
      if [[ $new != failed ]]; then
        edition=${new#"$work/new/"}
        published=$base:${project}output/${edition%/v*}
        if washi diff "$published" "$new" --exit-code >/dev/null 2>&1 || [[ $? -eq 1 ]]; then
          old=$published
        fi
      fi
    fi
  fi

  if [[ -z $old ]]; then
    if [[ $new == failed ]]; then
      printf '\n**`%s` fails**, and there is nothing to compare it with.\n' "$name"
    else
      printf '\n`%s` is new: it runs, and there is nothing to compare it with.\n' "$name"
    fi
    continue
  fi
  difference=$(washi diff "$old" "$new" --markdown --limit "$shared" --exit-code \
    --old-name "$name at the base" --new-name "$name here") && code=0 || code=$?
  case $code in
    0) same+=("$name") ;;
    1) printf '\n%s\n' "$difference" ;;
    *) printf '\n**`%s` cannot be compared.**\n' "$name" && status=1 ;;
  esac
done

if [[ ${#same[@]} -gt 0 ]]; then
  printf '\nNo difference: '
  printf '`%s` ' "${same[@]}"
  printf '\n'
fi
exit $status
