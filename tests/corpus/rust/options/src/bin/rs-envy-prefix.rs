use serde::Deserialize;
#[derive(Deserialize, Debug)]
struct Options { url: String, port: Option<u16> }
fn main() { println!("{:?}", envy::prefixed("FERRY_").from_env::<Options>().map(|o| (o.url, o.port)).ok()); }
