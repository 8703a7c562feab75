// Settings that are read when they are first used: LazyLock and OnceLock, a helper that puts the name together, in memory that grows
// for the long one, a struct of settings.
use std::env;
use std::sync::{LazyLock, OnceLock};

static URL: LazyLock<String> = LazyLock::new(|| env::var("QUAY_URL").unwrap_or_else(|_| "http://localhost".into()));
static RED: LazyLock<String> = LazyLock::new(|| color("RED", "f00"));
static BLUE: LazyLock<String> = LazyLock::new(|| color("BLUE", "00f"));
static LONG: LazyLock<String> = LazyLock::new(|| color("ASCII_WHITESPACE", "0f0"));
static MODE: OnceLock<Option<String>> = OnceLock::new();

struct Settings {
    port: u16,
    host: String,
}

static SETTINGS: LazyLock<Settings> = LazyLock::new(|| Settings {
    port: env::var("QUAY_PORT").ok().and_then(|p| p.parse().ok()).unwrap_or(80),
    host: env::var("QUAY_HOST").unwrap_or_default(),
});

fn color(name: &str, otherwise: &str) -> String {
    env::var(format!("QUAY_COLOR_{name}")).unwrap_or(otherwise.to_string())
}

fn mode() -> &'static Option<String> {
    MODE.get_or_init(|| env::var("QUAY_MODE").ok())
}

fn main() {
    println!("{} {} {} {} {:?} {} {}", *URL, *RED, *BLUE, *LONG, mode(), SETTINGS.port, SETTINGS.host);
}
