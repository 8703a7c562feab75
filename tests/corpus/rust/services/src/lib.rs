//! Configuration keys and secrets whose names are made of a prefix, a service's name and what is asked of it.
wit_bindgen::generate!({
    inline: "package t:services; world services { import wasi:config/store@0.2.0-rc.1; import wasmcloud:secrets/store@1.0.0-draft; export run: func(which: u32) -> string; }",
    path: ["../../wit/deps/config", "../../wit/deps/secrets"], world: "t:services/services", generate_all,
});

use wasi::config::store as config;
const PREFIX: &str = "svc";
struct Service { name: &'static str, host: String, port: u16, key: bool }
impl Service {
    fn load(name: &'static str) -> Service {
        let key = |suffix: &str| format!("{PREFIX}.{name}.{suffix}");
        let host = config::get(&key("host")).ok().flatten().unwrap_or_default();
        let port = config::get(&key("port")).ok().flatten().and_then(|p| p.parse().ok()).unwrap_or(80);
        let key = wasmcloud::secrets::store::get(&format!("{}-{}-key", PREFIX, name)).is_ok();
        Service { name, host, port, key }
    }
}
struct C;
impl Guest for C {
    fn run(_: u32) -> String {
        ["alpha", "beta"].map(Service::load).iter().map(|s| format!("{} {} {} {}", s.name, s.host, s.port, s.key)).collect::<Vec<_>>().join(",")
    }
}
export!(C);
