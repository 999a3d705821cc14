#!/bin/sh
exec {{component.service}}d --config {{component.workdir}}/service.ini{% if component.debug %} --verbose{% endif %}

