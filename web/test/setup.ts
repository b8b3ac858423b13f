// The few things of a browser that pure parts touch when they are loaded.
Object.assign(globalThis, { location: { search: '', pathname: '/', origin: 'http://test' } })
