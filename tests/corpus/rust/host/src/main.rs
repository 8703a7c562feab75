//! The list that the host hands over, without std: its entries are compared with names, one after the other.
fn get(name: &str) -> Option<String> {
    wasi::cli::environment::get_environment().into_iter().find(|(k, _)| k == name).map(|(_, v)| v)
}

fn main() {
    let server = get("QUAY_SERVER").unwrap_or_else(|| "localhost".into());
    let port: u16 = get("QUAY_PORT").and_then(|p| p.parse().ok()).unwrap_or(8080);
    println!("{server}:{port} QUAY_WATCH");
}
