// Tags that join their template themselves.
//= env APP_REGION, APP_ZONE
//= config app.eu.key
import { getEnvironment } from 'wasi:cli/environment@0.2.3';
import { get } from 'wasi:config/store@0.2.0-rc.1';
const env = (strings, ...values) => Object.fromEntries(getEnvironment())[String.raw({ raw: strings.raw ?? strings }, ...values)];
const conf = (strings, ...values) => get(strings.reduce((acc, s, i) => acc + s + (values[i] ?? ''), ''));
const P = 'APP';
export const run = () => env`${P}_REGION` + env`APP_ZONE` + conf`app.${'eu'}.key`;
