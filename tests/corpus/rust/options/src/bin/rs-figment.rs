use figment::{Figment, providers::Env};
use serde::Deserialize;
#[derive(Deserialize, Debug)]
struct Options { url: String, port: u16 }
fn main() { let o: Result<Options, _> = Figment::new().merge(Env::prefixed("DOCK_")).extract(); println!("{:?}", o.map(|o| (o.url, o.port)).ok()); }
