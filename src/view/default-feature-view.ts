import type { FeatureView } from '../../native-free-core/feature-view.js';
import { defaultFeatureViewText } from './default-view-text.js';
import { parseFeatureView } from './parse-feature-view.js';

function parseDefault(): FeatureView {
  const parsed = parseFeatureView(defaultFeatureViewText, 'the built-in view');
  if (!parsed.ok)
    throw new Error(`expected the built-in view to be valid, found ${parsed.problems[0].message}`);
  return parsed.view;
}

export const defaultFeatureView: FeatureView = parseDefault();
