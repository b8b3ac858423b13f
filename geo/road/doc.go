// Package road turns OpenStreetMap data into immutable road graphs and answers travel-time questions on them.
//
// It knows travel profiles, snapping, searches, reach fields and isochrones, and nothing of law or administration.
package road
