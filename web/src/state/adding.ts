import { ref } from 'vue'

/** True while a click on the map places a new point. */
export const adding = ref(false)
