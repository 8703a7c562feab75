//! An enumeration whose names stand in tables: a configuration key of it, much code between, then the bucket of the same one.
wit_bindgen::generate!({
    inline: "package t:tiers; world tiers { import wasi:config/store@0.2.0-rc.1; import wasmcloud:secrets/store@1.0.0-draft; import wasmcloud:secrets/reveal@1.0.0-draft; import wasi:keyvalue/store@0.2.0-draft; export run: func(which: u32) -> string; }",
    path: ["../../wit/deps/config", "../../wit/deps/secrets", "../../wit/deps/keyvalue"], world: "t:tiers/tiers", generate_all,
});

use wasi::{config::store as config, keyvalue::store as kv};
use wasmcloud::secrets::{reveal::reveal, store::{self as secrets, SecretValue}};
#[derive(Clone, Copy)]
enum Tier { Free, Pro, Max }
impl Tier {
    fn of(n: u32) -> Self { match n { 0 => Tier::Free, 1 => Tier::Pro, _ => Tier::Max } }
    fn key(self) -> &'static str { match self { Tier::Free => "tier.free.limit", Tier::Pro => "tier.pro.limit", Tier::Max => "tier.max.limit" } }
    fn bucket(&self) -> &'static str { match self { Tier::Free => "sessions-free", Tier::Pro => "sessions-pro", Tier::Max => "sessions-max" } }
}
fn secret(name: &str) -> Option<String> {
    let s = secrets::get(name).ok()?;
    match reveal(&s) { SecretValue::String(s) => Some(s), SecretValue::Bytes(_) => None }
}
struct C;
impl Guest for C {
    fn run(which: u32) -> String {
        let tier = Tier::of(which);
        let limit: u64 = config::get(tier.key()).ok().flatten().and_then(|v| v.parse().ok()).unwrap_or(7);
        let region = config::get("region").ok().flatten().unwrap_or_default();
        let key = match region.as_str() { "eu" => secret("key-eu"), "us" => secret("key-us"), other => Some(other.to_owned()) };
        let ok = kv::open(tier.bucket()).and_then(|b| b.exists("x")).is_ok();
        format!("{limit} {key:?} {ok}")
    }
}
export!(C);
