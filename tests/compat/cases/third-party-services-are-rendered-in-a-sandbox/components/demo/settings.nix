{ config, ... }: { services.own.number = {{component.parent.number}}; }
