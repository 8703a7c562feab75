//! A name longer than the 383 bytes that the standard library keeps on the stack, one that just fits, one beyond ASCII.
use std::env;

macro_rules! hundred {
    ($c:literal) => {
        concat!($c, $c, $c, $c, $c, $c, $c, $c, $c, $c)
    };
}

fn main() {
    println!("{:?}", env::var(concat!(hundred!("LONG_NAME_"), hundred!("LONG_NAME_"), hundred!("LONG_NAME_"), hundred!("LONG_NAME_"))));
    println!("{:?}", env::var(concat!(hundred!("FITS_JUST_"), hundred!("FITS_JUST_"), hundred!("FITS_JUST_"), "FITS")));
    println!("{:?}", env::var("GRÖSSE_€"));
    println!("{:?}", env::var("with space.and-dot"));
}
