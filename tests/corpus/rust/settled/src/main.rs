//! A field that could choose another name, and that nobody sets, beside those that the environment and the arguments set.
use std::env;

struct Options {
    host: Option<String>,
    legacy: bool,
    verbose: bool,
}

impl Options {
    #[inline(never)]
    fn read() -> Options {
        let mut options = Options { host: None, legacy: false, verbose: false };
        options.host = env::var("SLUICE_HOST").ok();
        for argument in env::args().skip(1) {
            if argument == "-v" {
                options.verbose = true;
            }
        }
        options
    }

    fn token(&self) -> Option<String> {
        env::var(if self.legacy { "SLUICE_KEY" } else { "SLUICE_TOKEN" }).ok()
    }
}

fn main() {
    let options = Options::read();
    println!("{:?} {} {:?}", options.host, options.verbose, options.token());
}
