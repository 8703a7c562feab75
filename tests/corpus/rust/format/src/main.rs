//! Names put together: from constants alone, and from an argument.
use std::env;

#[inline(never)]
fn service(name: &str) -> Option<String> {
    env::var(format!("{name}_SERVICE_HOST")).ok()
}

fn main() {
    println!("{:?}", env::var("CLUSTER"));
    for name in env::args().skip(1) {
        println!("{:?}", service(&name));
    }
}
