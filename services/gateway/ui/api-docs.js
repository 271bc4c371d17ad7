window.SwaggerUIBundle({
  url: '/api-docs.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  tryItOutEnabled: true,
  // The default asks another site whether the document is valid.
  validatorUrl: null
})
