//! Names as constants: straight, through modules, in `Option` and `Result` helpers, in a function that is inlined. What
//! is printed, compiled in, or asked for in a function that nothing calls is no need.
use std::env;

mod names {
    pub const STORE_URL: &str = "STORE_URL";
    pub mod inner {
        pub static STORE_TOKEN: &str = "STORE_TOKEN";
    }
}

fn required(name: &str) -> Result<String, String> {
    env::var(name).map_err(|e| format!("{name}: {e} (see STORE_HELP)"))
}

fn number<T: std::str::FromStr>(name: &str, fallback: T) -> T {
    env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(fallback)
}

#[inline(always)]
fn set(name: &str) -> bool {
    env::var_os(name).is_some()
}

#[inline(never)]
pub fn never() -> Option<String> {
    env::var("STORE_LEGACY").ok()
}

fn main() {
    println!("{:?}", required(names::STORE_URL));
    println!("{:?}", required(names::inner::STORE_TOKEN).is_ok());
    println!("{} {}", number("STORE_PORT", 80u16), number("STORE_SHARDS", 4i64));
    println!("{} {}", set("STORE_VERBOSE"), set("STORE_QUIET"));
    println!("STORE_USER is not read; built with {:?}", option_env!("STORE_BUILD"));
}
