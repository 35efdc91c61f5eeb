import { createApp } from 'vue'
import App from './App.vue'
import './styles/base.css'
import './styles/talk.css'
import './styles/desk.css'

createApp(App).mount('#app')
