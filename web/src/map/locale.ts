import { t } from '../i18n'

/** The map engine's own words in the language shown. */
export function mapLocale(): Record<string, string> {
  return {
    'Map.Title': t('map.label'), 'NavigationControl.ZoomIn': t('map.zoomIn'), 'NavigationControl.ZoomOut': t('map.zoomOut'),
    'Marker.Title': t('edit.handle'), 'Popup.Close': t('action.close'),
    'ScaleControl.Meters': 'm', 'ScaleControl.Kilometers': 'km', 'ScaleControl.Feet': 'ft', 'ScaleControl.Miles': 'mi', 'ScaleControl.NauticalMiles': 'nm',
  }
}
