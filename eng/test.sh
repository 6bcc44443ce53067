#!/usr/bin/env bash
# Builds everything and runs every test. The last line is "N passed, N failed, N skipped" over all projects and legs.
#   eng/test.sh          leaves out the tests marked Long and stops after 12 minutes
#   eng/test.sh --full   runs all, without a limit
# Works offline once the packages have been restored. TRIBUTARY_DATA names the shared data; tests that need it are skipped without it.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

limit=720
filter='Category!=Long'
case "${1:-}" in
  '') ;;
  --full) limit=0; filter='' ;;
  *) echo "usage: eng/test.sh [--full]" >&2; exit 2 ;;
esac

command -v dotnet > /dev/null || { echo "the .NET 10 SDK is missing: install it and put dotnet on the PATH" >&2; exit 2; }
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1

# oneDNN computes products in bfloat16 where it is installed; without it their tests are skipped.
if ! ldconfig -p 2> /dev/null | grep -q 'libdnnl\.so\.2 ' && [[ $(id -u) == 0 ]] && command -v apt-get > /dev/null; then
  timeout 60 apt-get install -y -q libdnnl2 > /dev/null 2>&1 || echo "libdnnl2 could not be installed: the tests of products by oneDNN are skipped" >&2
fi

dotnet restore Tributary.slnx --locked-mode -v q || exit 1
dotnet build Tributary.slnx -c Release --no-restore -v q --nologo || exit 1

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0

# leg NAME PROJECT FILTER: runs one test project and adds up what its result file says.
leg() {
  local name=$1 project=$2 only=$3 file counters total ok bad
  local budget=$((limit > 0 ? limit - SECONDS : 0))
  echo "== $name"
  if ((limit > 0 && budget <= 0)); then
    echo "no time left for it"; failed=$((failed + 1)); return
  fi

  file=$results/$name.trx
  timeout "$budget" dotnet test "$project" -c Release --no-build --nologo -v q ${only:+--filter "$only"} --results-directory "$results" --logger "trx;LogFileName=$name.trx"
  local status=$?
  counters=$(grep -o '<Counters [^>]*>' "$file" 2> /dev/null | head -1)
  total=$(count total) ok=$(count passed) bad=$(count failed)
  # A leg that crashed, hung or found nothing to run has failed even when no single test says so.
  if (((status != 0 && bad == 0) || total == 0)); then
    echo "$name did not complete (exit $status)"; bad=$((bad + 1)); total=$((total + 1))
  fi

  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - ok - bad))
}

count() {
  local value
  value=$(sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<< "$counters")
  echo "${value:-0}"
}

for project in tests/*.Tests/*.csproj; do
  leg "$(basename "$project" .csproj)" "$project" "$filter"
done

# The kernels once more on the narrower instruction sets, held to the same contracts; pairs of bfloat16 exist on the widest alone.
numerics=tests/Tributary.Numerics.Tests/Tributary.Numerics.Tests.csproj
kernels="(FullyQualifiedName~.Cpu.|FullyQualifiedName~.Backend.)&FullyQualifiedName!~.Pairs.${filter:+&$filter}"
DOTNET_EnableAVX512=0 leg Kernels-without-AVX512 "$numerics" "$kernels"
DOTNET_EnableHWIntrinsic=0 leg Kernels-without-intrinsics "$numerics" "$kernels"

echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && passed > 0))
