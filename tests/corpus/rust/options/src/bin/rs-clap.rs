use clap::Parser;
#[derive(Parser)]
struct Options {
    #[arg(long, env = "PILOT_URL")]
    url: String,
    #[arg(long, env = "PILOT_PORT", default_value_t = 8080)]
    port: u16,
    #[arg(long, env = "PILOT_QUIET")]
    quiet: bool,
}
fn main() {
    let o = Options::parse();
    println!("{} {} {}", o.url, o.port, o.quiet);
}
