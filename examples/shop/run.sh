#!/usr/bin/env bash
# From a .wasm to a deployment and a verdict, as docs/tutorial.md tells it: what the shop needs, the manifest that provides it, the gate
# that it passes, and the next version that does not, until policy and manifest are changed; the shop composed with what a platform
# would provide, taken down to what it needs, and with a secret declared that it reads from its environment.
#
# usage: examples/shop/run.sh [--write]      the program is $TIDEWAITER, else `tidewaiter`
#
# deploy.yaml is committed, and must be what is made from the component and values.yaml; --write makes it anew. Reports of the gate
# that says no are left in the folder $REPORTS where that is set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
shop=examples/shop
program=${TIDEWAITER:-tidewaiter}
reports=${REPORTS:-}
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT

# run ARGUMENTS…: shows the command and runs it.
run() {
  printf '\n$ tidewaiter %s\n' "$*"
  "$program" "$@"
}

# refused ARGUMENTS…: the same for a gate that must fail.
refused() {
  local status=0
  run "$@" || status=$?
  [ "$status" = 1 ] || { echo "run.sh: the gate must say no here, and exited with $status" >&2; exit 1; }
}

run needs $shop/shop.wasm

run manifest --values $shop/values.yaml --output "$tmp/deploy.yaml" $shop/shop.wasm
if [ "${1:-}" = --write ]; then
  cp "$tmp/deploy.yaml" $shop/deploy.yaml
fi
diff -u $shop/deploy.yaml "$tmp/deploy.yaml"

run gate --policy $shop/policy.yaml --manifest $shop/deploy.yaml $shop/shop.wasm

run diff $shop/shop.wasm $shop/shop-next.wasm
outputs=()
if [ -n "$reports" ]; then
  mkdir -p "$reports"
  for report in json=gate.json sarif=gate.sarif junit=gate.xml markdown=gate.md gitlab=gitlab.json intoto=statement.json; do
    outputs+=(--output "${report%%=*}=$reports/${report#*=}")
  done
fi
refused gate --policy $shop/policy.yaml --manifest $shop/deploy.yaml --baseline $shop/shop.wasm "${outputs[@]}" $shop/shop-next.wasm

run manifest --values $shop/values.yaml --merge $shop/deploy.yaml --diff $shop/shop-next.wasm

# The change is wanted: the policy allows it, and the manifest is brought up to date.
cp $shop/policy.yaml $shop/deploy.yaml "$tmp"
sed -i 's/^  - SHOP_NAME.*/&\n  - SHOP_COUPON/; s/^  - payments.example.com.*/&\n  - coupons.example.net/' "$tmp/policy.yaml"
run manifest --values $shop/values.yaml --merge "$tmp/deploy.yaml" $shop/shop-next.wasm
run manifest --values $shop/values.yaml --merge "$tmp/deploy.yaml" --check $shop/shop-next.wasm
run gate --policy "$tmp/policy.yaml" --manifest "$tmp/deploy.yaml" $shop/shop-next.wasm

# With its configuration and its secrets inside, it needs neither of anybody.
run compose -f $shop/compose.yaml --explain
run compose -f $shop/compose.yaml --output "$tmp/local.wasm"
run validate "$tmp/local.wasm"
run needs --kind config --kind secret "$tmp/local.wasm" | tee "$tmp/needs.txt"
grep -q '^No needs' "$tmp/needs.txt"

# Taken down to what it needs, with one variable settled: nothing else can be had through it, whatever the host grants.
narrow=(--only-needed --env LOG_LEVEL=info --allow-host payments.example.com --deny 'wasi:filesystem/*')
run virt $shop/shop.wasm "${narrow[@]}" --explain --output "$tmp/narrow.wasm"
run needs "$tmp/narrow.wasm" | tee "$tmp/needs.txt"
grep -q 'SHOP_NAME' "$tmp/needs.txt"
if grep -q 'LOG_LEVEL' "$tmp/needs.txt"; then echo "run.sh: LOG_LEVEL is baked in, and still a need" >&2; exit 1; fi
run compose "$tmp/narrow.wasm" --plug $shop/rates.wasm --plug $shop/vault.wasm --output "$tmp/narrow-local.wasm"
run needs "$tmp/narrow-local.wasm"

# The next version reads a coupon from its environment. It is a secret: so that is what the component declares, its program untouched.
run declare $shop/shop-next.wasm --env SHOP_COUPON=coupon --output "$tmp/declared.wasm"
run needs --kind env --kind secret "$tmp/declared.wasm" | tee "$tmp/needs.txt"
grep -q 'secret  *coupon .*declared' "$tmp/needs.txt"
