use serde::Deserialize;
#[derive(Deserialize, Debug)]
struct Options { ferry_url: String, ferry_port: Option<u16> }
fn main() { println!("{:?}", envy::from_env::<Options>().map(|o| (o.ferry_url, o.ferry_port)).ok()); }
