import { lineBytesMax, nestingDepthMax } from '../../native-free-core/limits.js';

/** Lines (without their line feed) that are refused, at least one for each reason but `capacity`. */
export function hostileLines(): Buffer[] {
  const rest = '"amount":1,"timestamp":1700000000000}';
  const texts = [
    '{"userId":"a",',
    `\ufeff{"userId":"a",${rest}`,
    `{"userId":"a\u0001b",${rest}`,
    '[1]',
    'null\r',
    `{"userId":"a","x":${'['.repeat(nestingDepthMax)}${']'.repeat(nestingDepthMax)},${rest}`,
    '{"userId":"a","timestamp":5}',
    `{"userId":5,${rest}`,
    '{"userId":"a","amount":"1","timestamp":5}',
    '{"userId":"a","amount":1,"timestamp":-5}',
    '{"userId":"a","amount":1,"timestamp":1.5}',
    '{"userId":"a","amount":1e999,"timestamp":5}',
    `{"userId":"",${rest}`,
    `{"userId":"\\ud800",${rest}`,
    '{"userId":"user-000001","amount":1,"timestamp":1000}',
    '{"userId":"a","amount":1,"timestamp":9007199254740991}',
    'quotes " and \\ back\\slashes \t tabs \u007f \u2028 \u{1f511}',
  ];
  const bytes = [
    Buffer.from([0x7b, 0x22, 0xff, 0xfe]),
    Buffer.concat([Buffer.from('{"userId":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(`",${rest}`)]),
    Buffer.from(Array.from({ length: 256 }, (_, i) => i).filter(byte => byte !== 0x0a)),
    Buffer.from([0]),
    Buffer.alloc(lineBytesMax + 1, 'L'),
    Buffer.alloc(2 * lineBytesMax, 0xe9),
  ];
  return [...texts.map(text => Buffer.from(text)), ...bytes];
}
