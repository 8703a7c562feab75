//! Names of which a part is chosen: what is chosen is measured, copied and joined by the library.

use std::env;

fn url(live: bool) -> Option<String> {
    env::var(format!("{}_URL", if live { "DIVIDED_LIVE" } else { "DIVIDED_TRIAL" })).ok()
}

#[inline(never)]
fn token(live: bool) -> Option<String> {
    let name = if live { "DIVIDED_KEY" } else { "DIVIDED_TRIAL_KEY" };
    env::var(String::from(name) + "_TOKEN").ok()
}

fn main() {
    let live = env::args().count() > 1;
    println!("{:?}", url(live));
    println!("{:?}", token(live));
}
