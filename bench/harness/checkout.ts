export { findCheckout } from '../../tools/servers/places.js';
